// What CodeMirror itself says, in the language of the page.
import { t } from './i18n.svelte.ts'

export const phrases = (): Record<string, string> => ({
	Find: t('Find'),
	Replace: t('Replace with'),
	next: t('Next'),
	previous: t('Previous'),
	all: t('Choose all of them'),
	'match case': t('Match case'),
	regexp: t('Regular expression'),
	'by word': t('Whole words'),
	replace: t('Replace'),
	'replace all': t('Replace all'),
	close: t('Close'),
	'current match': t('the one that is chosen'),
	'on line': t('on line'),
	'replaced match on line $': t('Replaced on line {n}', { n: '$' }),
	'replaced $ matches': t('{n} replaced', { n: '$' }),
	'Go to line': t('Go to line'),
	go: t('Go'),
	'Control character': t('Control character'),
	Completions: t('What «/» offers'),
	'Selection deleted': t('What was selected is deleted'),
})
