// The pictures of README.md and README.ko.md: one made-up incident, told in each language, photographed in Chromium.
import { choose, launch, person } from '../../test/lib/browser.mjs'
import { serveWithAdmin, sleep, until } from '../../test/lib/server.mjs'

const minutesAgo = n => new Date(Date.now() - n * 60_000).toISOString()

const stories = {
	en: {
		people: [['sofia', 'Sofia Marin'], ['haneul', 'Park Haneul'], ['tom', 'Tom Weber']], services: ['Payments', 'Checkout'],
		title: 'Card payments are slow to be approved', summary: 'About one card payment in eight takes longer than 20 s; some shoppers pay twice.',
		entries: [[47, 'Approval time at the 99th percentile leaves 2 s', '', '', ''], [41, 'The database is not the bottleneck: its queues are empty', 'connections 12 of 200, no slow query', '', ''],
			[33, 'Roll back the gateway client', 'the slow calls began with release 4.2.1, four minutes after it went out', 'roll back 4.2.1', 'it changed no schema, so the way back is safe'], [24, 'Approval time falls to 3 s', '', '', '']],
		mitigation: ['payment gateway client 4.2.1 → 4.2.0', '12 of 12 instances'], exit: '30 minutes with the 99th percentile under 1 s', update: 'Rolled back; watching the queue of late approvals drain.',
		actions: [['Time out gateway calls after 3 s', 'prevent'], ['Alert on the share of payments above 5 s', 'detect']], resolved: 'thirty minutes under 1 s',
		asked: ['some shoppers pay twice', '@tom how many, and did they get it back?'], told: 'Payments says 31 so far; all of them back by noon.', better: ['longer than 20 s', 'longer than 20 s (usually 0.4 s)', 'what is usual belongs beside it'], typed: ' Most of them tried again.',
	},
	ko: {
		people: [['seoyeon', '김서연'], ['doyun', '이도윤'], ['jiwoo', '박지우']], services: ['결제', '주문'],
		title: '카드 결제 승인이 늦어짐', summary: '카드 결제 여덟 건 중 한 건이 20초를 넘고, 두 번 결제한 손님이 있음.',
		entries: [[47, '승인 시간 p99가 2초를 넘기 시작', '', '', ''], [41, '데이터베이스는 병목이 아님', '연결 200개 중 12개, 느린 쿼리 없음', '', ''],
			[33, '게이트웨이 클라이언트를 되돌리기로 함', '느린 호출이 4.2.1 배포 4분 뒤에 시작됨', '4.2.1 롤백', '스키마를 바꾸지 않아 되돌려도 안전함'], [24, '승인 시간이 3초로 내려감', '', '', '']],
		mitigation: ['결제 게이트웨이 클라이언트 4.2.1 → 4.2.0', '12대 중 12대'], exit: 'p99 1초 아래로 30분', update: '롤백 완료. 밀린 승인이 빠지는 것을 보고 있어요.',
		actions: [['게이트웨이 호출을 3초에서 끊기', 'prevent'], ['5초를 넘는 결제 비율에 알람 달기', 'detect']], resolved: 'p99 1초 아래로 30분',
		asked: ['두 번 결제한 손님', '@jiwoo 몇 분이고, 돌려받으셨나요?'], told: '지금까지 31분이고 정오까지 모두 환불했대요.', better: ['20초를 넘고', '20초를 넘고(평소 0.4초)', '평소 값이 옆에 있으면 좋겠어요'], typed: ' 대부분 다시 시도했음.',
	},
}

async function tell(s, lang) {
	const story = stories[lang], people = [], services = []
	for (const [login, name] of story.people) people.push(await s.person('editor', login, { name, lang, zone: 'Asia/Seoul' }))
	for (const name of story.services) services.push((await s.post('/api/v1/services', { name })).id)
	const [one, two] = people, as = who => ({ cookie: who.cookie })
	const incident = await s.post('/api/v1/incidents', { title: story.title, summary: story.summary, severity: 'SEV2', services, zone: 'Asia/Seoul', detection_source: 'alert' }, as(one))
	const at = `/api/v1/incidents/${incident.id}`
	await s.post(`${at}/milestones`, { kind: 'outage_begins', at: minutesAgo(47) }, as(one))
	await s.post(`${at}/milestones`, { kind: 'detected', at: minutesAgo(45) }, as(one))
	await s.post(`${at}/milestones`, { kind: 'acknowledged', at: minutesAgo(43) }, as(one))
	await s.post(`${at}/milestones`, { kind: 'declared', at: minutesAgo(42) }, as(one))
	await s.must('PUT', `${at}/roles`, { role: 'commander', person: one.person.id }, as(one))
	await s.must('PUT', `${at}/roles`, { role: 'scribe', person: two.person.id }, as(one))
	for (const [i, [ago, text, knew, decided, because]] of story.entries.entries())
		await s.post(`${at}/timeline`, { at: minutesAgo(ago), text, knew, decided, because, key: i === 2 }, as(people[i % 3]))
	await s.post(`${at}/mitigations`, { kind: 'rollback', text: story.mitigation[0], quantity: story.mitigation[1], started_at: minutesAgo(32), ended_at: minutesAgo(26), result: 'worked' }, as(two))
	await s.patch(at, { exit_criterion: story.exit, exit_minutes: 30 }, { cookie: one.cookie })
	await s.post(`${at}/updates`, { text: story.update, next_update_in_minutes: 15 }, as(one))
	for (const [title, type] of story.actions) await s.post('/api/v1/actions', { title, type, incident: incident.id, owner: two.person.id, priority: 'P1' }, as(one))
	return { id: incident.id, cookie: one.cookie, others: people.slice(1).map(p => p.cookie), story }
}

/** A thread, a suggestion, and a colleague who is typing: what an editor's page is for. */
async function talk(browser, s, document, { story, lang, cookie, others: [two, three] }) {
	const at = `/api/v1/documents/${document.id}`, { text, text_version: version } = await s.get(at), from = text.indexOf(story.asked[0])
	const asked = await s.post(`${at}/comments`, { text: story.asked[1], from, to: from + story.asked[0].length, version }, { cookie: two })
	await s.post(`${at}/comments/${asked.id}/replies`, { text: story.told }, { cookie: three })
	const [old, now, why] = story.better, place = text.indexOf(old)
	await s.post(`${at}/comments`, { changes: [place, [old.length, now], text.length - place - old.length], version, text: why }, { cookie: three })
	const colleague = await person(browser, s.url, { lang, cookie: two })
	await colleague.page.goto(`/documents/${document.id}/edit`)
	await choose(colleague.page, story.summary.slice(0, 8))
	for (const key of ['End', 'End']) await colleague.page.keyboard.press(key)
	await colleague.page.keyboard.type(story.typed)
	return colleague
}

async function picture(browser, s, { lang, cookie, path, file, theme = 'light', settle }) {
	const who = await person(browser, s.url, { lang, theme, cookie, height: 960 })
	await who.page.goto(path)
	await settle?.(who.page)
	await sleep(1500)
	await who.page.screenshot({ path: `docs/images/${file}.png` })
	await who.context.close()
}

const s = await serveWithAdmin()
const browser = await launch()
for (const lang of ['en', 'ko']) {
	const told = await tell(s, lang), { id, cookie, story } = told, show = { lang, cookie }
	await picture(browser, s, { ...show, path: `/incidents/${id}`, file: `incident.${lang}` })
	await s.post(`/api/v1/incidents/${id}/mitigate`, {}, { cookie })
	await s.post(`/api/v1/incidents/${id}/resolve`, { reason: story.resolved }, { cookie })
	const document = await until(async () => (await s.get(`/api/v1/incidents/${id}`)).documents[0], 'the draft')
	const colleague = await talk(browser, s, document, { ...told, lang })
	await picture(browser, s, { ...show, path: `/documents/${document.id}/edit`, file: `editor.${lang}`, settle: page => page.locator('.cm-content').waitFor() })
	await colleague.context.close()
}
await browser.close()
await s.stop()
