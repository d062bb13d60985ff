// A dated line of RESULTS.md; a progress line that replaces itself on a terminal.
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'

const git = (...args) => { try { return execFileSync('git', args, { encoding: 'utf8' }).trim() } catch { return '' } }

export function keep(name, seed, ok, words) {
	const day = new Date().toISOString().slice(0, 10), changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'web') ? '+' : ''
	const line = `| ${day} | ${name} | ${git('rev-parse', '--short', 'HEAD')}${changed} | ${seed} | ${ok ? 'held' : 'FAILED'} | ${words} |`
	appendFileSync(new URL('RESULTS.md', import.meta.url), `${line}\n`)
	console.log(line)
}

export function progress(text) {
	if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
	else console.error(text)
}
