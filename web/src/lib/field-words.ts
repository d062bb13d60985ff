// What the server says about a value, for a person who sees under which field it stands: without the name that programs call the field by.
import { t } from './i18n.svelte.ts'

type Numbers = [string?, string?]

const words: Record<string, (n: Numbers) => string> = {
	'field.empty': () => t('This must not be empty.'),
	'field.missing': () => t('This must not be empty.'),
	'field.too_long': ([n = '', max = '']) => t('{n} characters; at most {max} fit.', { n, max }),
	'field.too_many': ([n = '', max = '']) => t('{n} of these; at most {max} fit.', { n, max }),
	'field.range': ([from = '', to = '']) => t('From {from} to {to}.', { from, to }),
}

/** detail names the field in quotation marks and the numbers behind it. */
export function fieldWords(code: string, detail: string): string {
	const numbers = detail.slice(detail.lastIndexOf('”') + 1).match(/-?\d+/g) ?? []
	return words[code]?.(numbers as Numbers) ?? detail
}
