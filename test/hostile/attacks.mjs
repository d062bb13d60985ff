// Attacks on sanitizers: collected ones, where the test data are, and ours.
import { readFileSync } from 'node:fs'

const data = process.env.BOKGI_TEST_DATA ?? '../shared/data'
export const collected = (() => { try { return readFileSync(`${data}/hostile/xss-dompurify.jsonl`, 'utf8').trim().split('\n').map(line => JSON.parse(line).payload) } catch { return [] } })()
/* The same attacks in Markdown and in addresses. */
export const own = ['<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<script>alert(1)</script>', '[press](javascript:alert(1))', '![x](javascript:alert(1))', '<javascript:alert(1)>', '[x]: javascript:alert(1)\n\n[x]',
	'"><img src=x onerror=alert(1)>', "'-alert(1)-'", '</script><script>alert(1)</script>', '</textarea><svg/onload=alert(1)>', '```bokgi timeline\n<img src=x onerror=alert(1)>\n```', '<a href="javascript:alert(1)" autofocus onfocus=alert(1)>x</a>',
	'| <img src=x onerror=alert(1)> |\n|---|\n| [x](data:text/html,<script>alert(1)</script>) |', '<details open ontoggle=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;', '${alert(1)}', '{{constructor.constructor("alert(1)")()}}']
/* Without what no text may be: NUL bytes, nothing at all. BOKGI_ATTACKS_EVERY=10 takes every tenth of the collected ones, for a quick look. */
export const every = Number(process.env.BOKGI_ATTACKS_EVERY ?? 1)
export const attacks = [...collected.filter((_, n) => n % every === 0), ...own].map(text => text.replaceAll('\0', '')).filter(text => text.trim())

/** As many code points of the text as a field takes. */
export const cut = (text, most = Infinity) => [...text].slice(0, most).join('')
