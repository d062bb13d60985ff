// What «/» offers, found in Korean and English alike, by beginnings and by initial consonants, whatever language the page is in.
import { matches } from './hangul.ts'
import { N, t } from './i18n.svelte.ts'

/** Inserts text, with the cursor at «¦», or does something. */
export interface Block { id: string; label: string; detail: string; also: string; insert?: string; run?: string }

const live = (name: string) => `\`\`\`bokgi ${name}\n\`\`\`\n¦`

const all: Block[] = [
	{ id: 'timeline', label: N('timeline'), detail: N('the key moves of the incident'), also: '타임라인 시간표 경과 timeline', insert: live('timeline') },
	{ id: 'actions', label: N('actions'), detail: N('the table of actions'), also: '조치 할일 재발방지 action items', insert: live('actions') },
	{ id: 'causes', label: N('causes'), detail: N('triggers and contributing factors'), also: '원인 왜 기여요인 why causes factors', insert: live('causes') },
	{ id: 'impact', label: N('impact'), detail: N('numbers and times of the impact'), also: '영향 피해 impact', insert: live('impact') },
	{ id: 'lessons', label: N('lessons'), detail: N('what went well, wrong, and by luck'), also: '교훈 배운점 잘된점 lessons learned', insert: live('lessons') },
	{ id: 'tbd', label: N('tbd'), detail: N('a value still to be found out'), also: '미정 확인필요 나중에 tbd todo', run: 'tbd' },
	{ id: 'time', label: N('time'), detail: N('the time now'), also: '시각 시간 지금 now time', run: 'time' },
	{ id: 'roles', label: N('roles'), detail: N('who did what'), also: '역할 담당 roles', insert: live('roles') },
	{ id: 'mitigations', label: N('mitigations'), detail: N('what was tried'), also: '완화 대응 시도 mitigation', insert: live('mitigations') },
	{ id: 'durations', label: N('durations'), detail: N('the measured times'), also: '소요시간 걸린시간 지표 durations ttd ttr', insert: live('durations') },
	{ id: 'image', label: N('image'), detail: N('a picture from this computer; or paste one'), also: '그림 이미지 사진 스크린샷 화면 image picture screenshot', run: 'image' },
	{ id: 'table', label: N('table'), detail: N('Tab moves on, Enter adds a row'), also: '표 테이블 table', insert: '| ¦    |     |     |\n| --- | --- | --- |\n|     |     |     |\n' },
	{ id: 'tasks', label: N('task list'), detail: N('lines that can be ticked'), also: '체크리스트 할일목록 체크박스 task list checklist todo', insert: '- [ ] ¦' },
	{ id: 'list', label: N('list'), detail: N('one point a line'), also: '목록 글머리 list bullets', insert: '- ¦' },
	{ id: 'heading', label: N('heading'), detail: N('a part of the text'), also: '제목 머리글 heading section', insert: '## ¦' },
	{ id: 'link', label: N('link'), detail: N('words that lead somewhere'), also: '링크 주소 연결 link url', insert: '[¦](https://)' },
	{ id: 'quote', label: N('quote'), detail: N('what somebody said or wrote'), also: '인용 따옴 quote', insert: '> ¦' },
	{ id: 'code', label: N('code'), detail: N('commands, logs, settings, as they are'), also: '코드 명령 로그 code log', insert: '```\n¦\n```\n' },
]

// Inside a table it offers what one does to a table.
const inTable: Block[] = [
	{ id: 'row', label: N('add a row'), detail: N('below this one'), also: '행추가 줄추가 add row', run: 'row' },
	{ id: 'column', label: N('add a column'), detail: N('right of this one'), also: '열추가 칸추가 add column', run: 'column' },
	{ id: 'no-row', label: N('delete the row'), detail: N('with what is in it'), also: '행삭제 줄삭제 delete remove row', run: 'no-row' },
	{ id: 'no-column', label: N('delete the column'), detail: N('with what is in it'), also: '열삭제 칸삭제 delete remove column', run: 'no-column' },
]

const rank = (b: Block, typed: string): number => {
	const words = [t(b.label), ...b.also.split(' ')].map((w) => w.toLowerCase())
	return words.some((w) => w === typed) ? 0 : words.some((w) => w.startsWith(typed)) ? 1 : 2
}

/** It stands on lines of its own. */
export const alone = (b: Block): boolean => !!b.insert && b.id !== 'link'

/** A slash that asks for the list, in what stands before the cursor: not one in a word or a path. bare: nothing but it is in the line. */
export function asked(before: string): { at: number; typed: string; bare: boolean } | null {
	const m = /(?:^|\s)\/(\p{L}*)$/u.exec(before)
	if (!m) return null
	const at = before.length - (m[1] as string).length - 1
	return { at, typed: m[1] as string, bare: !before.slice(0, at).trim() }
}

/** Whether Enter takes the first of the list by itself. In the middle of a line «/» and «/t» are mostly just that, and Enter ends the line. */
export const meant = (before: string): boolean => {
	const slash = asked(before)
	return !!slash && (slash.bare || slash.typed.length > 1 || /[^\0-\x7f]/.test(slash.typed))
}

/** What fits to what was typed behind the «/», the closest first. */
export function offered(typed: string, table: boolean): Block[] {
	const list = table ? [...inTable, ...all.filter((b) => ['tbd', 'time', 'link', 'image'].includes(b.id))] : all
	const word = typed.normalize('NFC').toLowerCase()
	if (!word) return list
	return list.filter((b) => matches(`${t(b.label)} ${b.also}`, word)).sort((a, b) => rank(a, word) - rank(b, word))
}
