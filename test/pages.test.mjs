// Every page, in both languages, light and dark, on a phone and on a desk: axe-core finds nothing, nothing is wider than the phone, the console and the policy are silent.
// BOKGI_SHOTS=FOLDER keeps a picture of each, for people to look at.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serve, serveWithAdmin, until } from './lib/server.mjs'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const WIDTHS = { phone: { width: 360, height: 740 }, desk: { width: 1440, height: 900 } }
const shots = process.env.BOKGI_SHOTS

let s, empty, browser
const at = {}
before(async () => {
	[s, empty, browser] = await Promise.all([serveWithAdmin({ args: ['--smtp', 'smtp://127.0.0.1:1', '--smtp-plain', '--mail-from', 'bokgi@bokgi.example', '--public-url', 'https://bokgi.example', '--mail-retry', '1s,1d'] }), serve(), launch()])
	await fill()
})
after(async () => {
	await browser?.close()
	for (const server of [s, empty]) assert.equal((await server.stop()).code, 0, server.log)
})

const minutesAgo = n => new Date(Date.now() - n * 60_000).toISOString()

/** Records, so that the pages have something to show: every kind of entry, long words, both languages. */
async function fill() {
	const { items: [me] } = await s.get('/api/v1/people')
	const kim = await s.post('/api/v1/people', { login: 'kim', name: '김서연', email: 'kim@bokgi.example', role: 'editor', password: 'correct horse' })
	const team = await s.post('/api/v1/teams', { name: '결제팀', handle: 'payments' })
	await s.must('PUT', `/api/v1/teams/${team.id}/members/${kim.id}`)
	const service = await s.post('/api/v1/services', { name: 'payments-authorization-gateway-of-the-eastern-region', description: '카드 승인을 받는다', team: team.id })
	await s.post('/api/v1/hooks', { source: 'alertmanager', name: 'k8s-prod' })
	const it = await s.post('/api/v1/incidents', { title: '결제 승인이 느려지고 일부가 실패한다 (payments slow, some fail)', summary: 'p99 8 s, 12 % of the attempts end in an error', severity: 'SEV1', services: [service.id], zone: 'Asia/Seoul',
		started_at: minutesAgo(90), exit_criterion: 'p99 < 2 s', exit_minutes: 30, detection_source: 'customer', detected_by: '고객센터' })
	at.incident = `/incidents/${it.ref}`
	const on = `/api/v1${at.incident}`
	await s.post(`${on}/acknowledge`)
	await s.must('PUT', `${on}/roles`, { role: 'commander', person: me.id })
	await s.must('PUT', `${on}/roles`, { role: 'scribe', person: kim.id })
	await s.post(`${on}/timeline`, { text: '배포 직후부터 오류율이 오른다', at: minutesAgo(80), knew: '오류율 12 %', decided: '먼저 되돌리기로', because: '방금 배포했으므로', key: true, evidence: [{ url: 'https://ci.example/builds/7', title: '배포 기록' }] })
	await s.post(`${on}/timeline`, { text: 'A very long word without a break: payments_authorization_gateway_timeout_seconds_bucket_by_region_and_card_network_total', at: minutesAgo(70), precision: 'about' })
	await s.post(`${on}/mitigations`, { kind: 'rollback', text: 'v2.41 → v2.40', quantity: '12 pods', started_at: minutesAgo(60), ended_at: minutesAgo(50), result: 'worked' })
	await s.post(`${on}/updates`, { text: '되돌리는 중입니다. 다음 소식은 30분 뒤에.', next_update_in_minutes: 30 })
	const doc = await s.post('/api/v1/documents', { title: '결제 승인 지연, 11월 22일', kind: 'incident', incident: it.ref })
	at.document = `/documents/${doc.ref}`
	at.editor = `${at.document}/edit`
	await s.post('/api/v1/actions', { title: '배포 전에 결제 승인을 시험한다', type: 'prevent', owner: me.id, due: '2026-11-01', incident: it.ref, document: doc.ref })
	const done = await s.post('/api/v1/actions', { title: 'Alert on the error rate of payments', type: 'detect', incident: it.ref, priority: 'P0' })
	await s.post(`/api/v1/actions/${done.ref}/close`, { evidence: 'https://ci.example/builds/8' })
	await review(doc, kim)
	await s.patch('/api/v1/policy', { note: '열다섯 분은 짧다; short outages tell us little that longer ones do not', down_minutes: 30, slow_minutes: null, sev2_days: 4 })
	await s.must('PUT', `/api/v1/teams/${team.id}/members/${me.id}`)
	await s.must('PUT', `/api/v1/policy/teams/${team.id}`, { note: '결제는 다르다', down_minutes: 5 }, { cookie: s.cookie, token: null })
	for (const [code, name_en, name_ko] of [['batch_window', 'Batch window', '배치 시간'], ['month_end', 'End of the month', '월말']]) await s.post('/api/v1/factors', { code, name_en, name_ko })
	await s.patch('/api/v1/factors/month_end', { ended: true })
	await s.post(`/api/v1/documents/${doc.ref}/causes`, { kind: 'latent', text: '배치와 결제가 겹쳤다', factor: 'batch_window' })
	const mine = { cookie: s.cookie, token: null }, { text, text_version: version } = await s.get(`/api/v1${at.document}`), word = text.search(/\p{L}\p{L}/u)
	const { id } = await s.post(`/api/v1${at.document}/comments`, { text: '@kim 이 말은 payments_authorization_gateway_timeout_seconds_bucket_by_region 를 뜻하나요?', from: word, to: word + 2, version }, mine)
	await s.post(`/api/v1${at.document}/comments/${id}/replies`, { text: '네' }, mine)
	await s.post(`/api/v1${at.document}/comments`, { changes: [...(word ? [word] : []), [2, '승인'], text.length - word - 2], version, text: '더 정확하게' }, mine)
	await write(mine)
	await s.post(`${on}/timeline`, { text: '@admin @kim 여기 한번 봐 주세요: payments_authorization_gateway_timeout_seconds_bucket_by_region_and_card_network_total', at: minutesAgo(40) })
	await s.post(`/api/v1${at.document}/mails`, { people: [kim.id], note: '먼저 공유합니다' })
	await s.must('PUT', `${on}/mute`, undefined, { cookie: s.cookie, token: null })
	const late = await s.post('/api/v1/incidents', { title: 'Nightly report is late', severity: 'SEV4' })
	await s.post(`/api/v1/incidents/${late.ref}/waiver`, { reason: '같은 일이 INC-1에 적혀 있다' }, { cookie: s.cookie, token: null })
	const over = await s.post('/api/v1/incidents', { title: '로그인이 안 된다', restricted: true })
	await s.post(`/api/v1/incidents/${over.ref}/resolve`, { reason: 'it was a drill' })
	await measured()
}

/** An incident of another day that is over, with every duration measured and a word that fits into no line. */
async function measured() {
	const word = 'payments_authorization_gateway_timeout_seconds_bucket_by_region_and_card_network_total'
	const it = await s.post('/api/v1/incidents', { title: `지나간 장애 ${word}`, summary: word, severity: 'SEV3', zone: 'Asia/Seoul', started_at: minutesAgo(3000), detected_by: word, channel: word })
	at.over = `/incidents/${it.ref}`
	await s.post(`/api/v1${at.over}/mitigate`)
	await s.post(`/api/v1${at.over}/resolve`, { reason: word })
	for (const [kind, n] of [['detected', 2990], ['acknowledged', 2915], ['declared', 2914], ['mitigated', 2911], ['outage_ends', 2910]]) await s.post(`/api/v1${at.over}/milestones`, { kind, at: minutesAgo(n) })
}

/** What people wrote into the text of a document since it began, two versions with a name, and one that was brought back. */
async function write(mine) {
	const on = `/api/v1${at.document}`, { text } = await s.get(on), put = '결제 승인이 38분 동안 느렸습니다. payments_authorization_gateway_timeout_seconds_bucket_by_region_and_card_network_total\n'
	const push = (version, changes) => s.post(`${on}/updates`, { client: 'pages-----------------', version, updates: [{ seq: version + 1, changes }] }, mine)
	await push(0, [[0, ...put.split('\n')], text.length])
	await push(1, [10, [3, '오래'], put.length + text.length - 13])
	await s.must('PUT', `${on}/history/1/name`, { name: '검토 전에 payments_authorization_gateway_timeout_seconds_bucket' })
	await s.post(`${on}/restore`, { version: 1 }, mine)
	at.history = `${at.document}/history`
}

/** One document in the middle of its review, with something of everything, and one that was published twice. */
async function review(doc, kim) {
	const { headers } = await s.ask('POST', '/api/v1/login', { login: 'kim', password: 'correct horse' }, { token: null })
	const as = { cookie: headers.get('set-cookie').split(';')[0], token: null }
	const { items: [, me] } = await s.get('/api/v1/people')
	await s.post(`/api/v1/documents/${doc.ref}/submit`, { reviewers: [me.id, kim.id], due: '2026-11-01', note: '숫자를 특히 보아 주세요' })
	at.review = `/documents/${doc.ref}/review`
	await s.must('PUT', `/api/v1${at.review}/questions/impact`, { answer: 'no', note: '주문 수가 빠졌습니다' }, as)
	await s.must('PUT', `/api/v1${at.review}/questions/data`, { answer: 'yes' }, as)
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { text: '몇 건인지 적어 주세요', quote: 'p99 8 s', must_fix: true, held: true }, as)
	await s.post(`/api/v1/documents/${doc.ref}/reviews`, { verdict: 'changes', words: '영향의 숫자가 더 필요합니다' }, as)
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { text: '제목을 줄이면 어떨까요', held: true }, as)
	const done = await s.post('/api/v1/documents', { title: '조회가 느려진 일', kind: 'incident', template: 'none', text: '## 요약\n\n조회가 40분 동안 느렸습니다. https://example.com/graphs\n' })
	const on = `/api/v1/documents/${done.ref}`
	await s.post('/api/v1/actions', { title: '커넥션 수를 맞춘다', type: 'prevent', priority: 'P0', document: done.ref })
	await s.post(`${on}/submit`, { reviewers: [kim.id] })
	for (const question of ['data', 'impact', 'causes', 'actions', 'shared']) await s.must('PUT', `${on}/review/questions/${question}`, { answer: 'yes' }, as)
	await s.post(`${on}/reviews`, { verdict: 'approve' }, as)
	await s.post(`${on}/publish`, { note: '처음 냅니다' })
	at.published = `/documents/${done.ref}/versions/1`
	at.done = `/documents/${done.ref}`
}

/* BOKGI_PAGES=policy,factors looks at these alone. */
const chosen = process.env.BOKGI_PAGES?.split(',')
/** name → address; on: the server whose page it is; out: nobody is logged in. */
const pages = {
	home: () => '/', incidents: () => '/incidents', 'all-incidents': () => '/incidents?state=all', incident: () => at.incident, 'incident-over': () => at.over, documents: () => '/documents', document: () => at.document, editor: () => at.editor, history: () => at.history, 'history-changes': () => `${at.history}?v=2&from=0`,
	reviews: () => '/reviews', review: () => at.review, published: () => at.published, 'published-document': () => at.done,
	actions: () => '/actions', 'done-actions': () => '/actions?view=done', search: () => '/search?q=%EA%B2%B0%EC%A0%9C', 'search-by-factor': () => '/search?q=factor:batch_window', policy: () => '/policy', 'policy-versions': () => '/policy?from=0&to=2', factors: () => '/settings?part=factors', settings: () => '/settings', people: () => '/settings?part=people', teams: () => '/settings?part=teams',
	services: () => '/settings?part=services', hooks: () => '/settings?part=hooks', notices: () => '/settings?part=notices', mail: () => '/settings?part=mail', inbox: () => '/inbox', 'put-away': () => '/inbox?view=snoozed', tokens: () => '/settings?part=tokens', sessions: () => '/settings?part=sessions', missing: () => '/incidents/INC-4711', nowhere: () => '/nowhere',
}
if (chosen) for (const name of Object.keys(pages)) if (!chosen.includes(name)) delete pages[name]
const outside = chosen ? {} : { login: () => [s, '/login'], setup: () => [empty, `/setup#${empty.secret}`], join: () => [s, '/join#not-the-secret-but-one'], offline: () => [s, '/offline'] }

/** The page as it is when it has come to rest. */
async function open(page, address) {
	await page.goto(address, { waitUntil: 'load' })
	await page.locator('#app :is(h1, h2)').first().waitFor({ state: 'attached' })
	await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'))
	await page.waitForTimeout(150) // what the page reads after its first paint
	if (/\/edit$|\/history/.test(address)) await page.locator('.cm-content').waitFor()
	await page.evaluate(() => document.fonts.ready)
}

const wide = page => page.evaluate(() => {
	const out = []
	if (document.documentElement.scrollWidth > innerWidth) for (const node of document.querySelectorAll('body *')) {
		const { right } = node.getBoundingClientRect()
		if (right > innerWidth + 1) out.push(`${node.tagName.toLowerCase()}.${node.className} ${Math.round(right)}`)
	}
	return document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} of ${innerWidth}`, ...out.slice(0, 5)] : []
})

/** axe on a page that is open; it comes in by a context that bypasses the policy. What a bar at the foot covers in part is looked at again where one scrolls it to. */
async function axe(page, rules = RULES) {
	if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(AXE)
	const found = await page.evaluate(async rules => {
		const { violations } = await window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] })
		for (const violation of violations.filter(({ id }) => id === 'target-size')) {
			const still = []
			for (const node of violation.nodes) {
				document.querySelector(node.target[0]).scrollIntoView({ block: 'center', behavior: 'instant' })
				const again = await window.axe.run({ include: [node.target] }, { runOnly: ['target-size'], resultTypes: ['violations'] })
				still.push(...again.violations.flatMap(({ nodes }) => nodes))
			}
			violation.nodes = still
			scrollTo(0, 0)
		}
		return { violations: violations.filter(({ nodes }) => nodes.length) }
	}, rules)
	return found.violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')} ${node.failureSummary.split('\n').slice(1, 2)}`))
}

/* A page that is missing says so by its status, which Chromium puts onto the console. */
const expected = (name, text) => (name === 'missing' || name === 'nowhere') && /status of 404/.test(text)

/** One page, in each size and theme: what is wrong with it. A theme changes colours alone. */
async function inspect({ page, lang }, name) {
	const found = []
	for (const [size, viewport] of Object.entries(WIDTHS)) for (const theme of ['light', 'dark']) {
		const label = `${name}-${lang}-${theme}-${size}`
		await page.setViewportSize(viewport)
		await page.emulateMedia({ colorScheme: theme })
		await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
		if (size === 'phone') found.push(...(await wide(page)).map(text => `${label}: wide: ${text}`))
		found.push(...(await axe(page, theme === 'dark' ? ['color-contrast'] : RULES)).map(text => `${label}: ${text}`))
		if (shots) await page.screenshot({ path: `${shots}/${label}.png` })
	}
	return found
}

async function look(who, all, more = async () => []) {
	const found = []
	for (const [name, address] of Object.entries(all)) {
		who.troubles.length = 0
		try {
			await open(who.page, address())
			found.push(...await more(who, name))
		} catch (error) { found.push(`${name}: ${error.message.split('\n')[0]}`) }
		found.push(...who.troubles.filter(text => !expected(name, text)).map(text => `${name}: ${text}`))
	}
	return found
}

const speak = lang => s.patch('/api/v1/me', { lang, theme: 'system' }, { cookie: s.cookie, token: null, headers: { 'if-match': '*' } })

for (const lang of ['en', 'ko']) test(`every page, light and dark, on a phone and on a desk (${lang})`, async () => {
	await speak(lang)
	const who = await person(browser, s.url, { lang, cookie: s.cookie, bypassCSP: true })
	const found = await look(who, pages, inspect)
	for (const [name, where] of Object.entries(outside)) {
		const [server, address] = where()
		const guest = await person(browser, server.url, { lang, bypassCSP: true })
		found.push(...await look(guest, { [name]: () => address }, inspect))
		await guest.context.close()
	}
	await who.context.close()
	assert.deepEqual(found, [])
})

test('the dialog that sends a document round shows what will go', async () => {
	const found = []
	for (const lang of ['en', 'ko']) {
		await speak(lang)
		const who = await person(browser, s.url, { lang, cookie: s.cookie, bypassCSP: true })
		await open(who.page, at.document)
		await who.page.keyboard.press('s')
		await who.page.getByRole('dialog').getByText(who.t('What will be sent')).first().waitFor()
		assert.match(await who.page.locator('.mail-body').textContent(), /결제 승인 지연/)
		found.push(...await inspect(who, 'mail-dialog'))
		await who.page.getByRole('dialog').getByRole('combobox').fill('kim')
		await who.page.getByRole('option', { name: /김서연/ }).waitFor()
		await who.page.keyboard.press('Enter')
		await who.page.getByRole('button', { name: who.t('Send'), exact: true }).click()
		await who.page.getByRole('dialog').waitFor({ state: 'detached' })
		assert.deepEqual(who.troubles, [])
		await who.context.close()
	}
	assert.deepEqual(found, [])
	const { items } = await s.get(`/api/v1${at.document}/mails`)
	assert.deepEqual(items.map(m => m.number), [3, 2, 1])
})

/* Dialogs: where they stand, and what opens them. */
const dialogs = {
	'policy-form': ['/policy', 'Change…'], 'policy-team': ['/policy', 'What my team asks for…'], 'factor-form': ['/settings?part=factors', 'Add a label'], 'factor-merge': ['/settings?part=factors', 'Merge…'],
	'token-form': ['/settings?part=tokens', 'Make a token'], 'action-form': ['/actions', 'Action'],
}
test('dialogs, light and dark, on a phone and on a desk', async () => {
	const found = []
	for (const lang of ['en', 'ko']) {
		await speak(lang)
		const who = await person(browser, s.url, { lang, cookie: s.cookie, bypassCSP: true })
		for (const [name, [address, button]] of Object.entries(dialogs)) {
			await open(who.page, address)
			await who.page.locator('main').getByRole('button', { name: new RegExp(`^${who.t(button)}`) }).first().click()
			await who.page.getByRole('dialog').waitFor()
			found.push(...await inspect(who, name))
		}
		await open(who.page, '/actions')
		await who.page.locator('main label', { hasText: who.t('Choose all') }).getByRole('checkbox').check()
		found.push(...await inspect(who, 'actions-chosen'))
		await who.page.keyboard.press('e')
		await who.page.getByRole('dialog').getByLabel(who.t('State')).selectOption('dropped')
		found.push(...await inspect(who, 'action-bulk'))
		assert.deepEqual(who.troubles, [])
		await who.context.close()
	}
	assert.deepEqual(found, [])
})

test('with the policy in force nothing is reported against it, and the console is silent', async () => {
	await speak('ko')
	const who = await person(browser, s.url, { lang: 'ko', cookie: s.cookie })
	assert.deepEqual(await look(who, pages), [])
	await who.context.close()
	for (const where of Object.values(outside)) {
		const [server, address] = where()
		const guest = await person(browser, server.url)
		assert.deepEqual(await look(guest, { page: () => address }), [])
		await guest.context.close()
	}
})

/* Scrolled to by the keyboard alone, as a browser does it for the element that gets the focus. */
const covered = page => page.evaluate(() => [...document.querySelectorAll('main :is(a[href], button, input, select, textarea, summary)')].filter(node => node.checkVisibility({ opacityProperty: false }) && node.getBoundingClientRect().width > 4).flatMap(node => {
	node.focus({ focusVisible: true })
	const { left, top, width, height } = node.getBoundingClientRect(), place = document.elementFromPoint(left + width / 2, top + height / 2)
	const over = place && !node.contains(place) && place.closest('.entry, .shell-tabs, .livebar, .ed-bar')
	return over && !over.contains(node) ? [`${node.localName} ${node.textContent.trim().slice(0, 40)} under ${over.className}`] : []
}))

test('on a phone what stays at the foot or the top covers neither the focus nor the head of the timeline', async () => {
	const who = await person(browser, s.url, { lang: 'ko', width: 360, height: 740, cookie: s.cookie })
	for (const name of ['incident', 'document', 'actions', 'all-incidents', 'people']) {
		await open(who.page, pages[name]())
		assert.deepEqual(await covered(who.page), [], name)
	}
	await open(who.page, at.incident)
	const lies = () => who.page.evaluate(() => document.querySelector('.entry').getBoundingClientRect().top < document.querySelector('[data-panel=tl] > .sec-h').getBoundingClientRect().bottom - 1)
	const where = async () => {
		const found = []
		for (const y of [0, 50, 150, 250, 400]) {
			await who.page.evaluate(top => scrollTo(0, top), y)
			if (await lies()) found.push(y)
		}
		return found
	}
	assert.deepEqual(await where(), [])
	// Planted: as it was, when nothing kept it below the head.
	await who.page.evaluate(() => document.querySelector('[data-panel=tl]').append(document.querySelector('.entry')))
	assert.notDeepEqual(await where(), [])
	// Planted: a bar that lies upon everything.
	await who.page.evaluate(() => { for (const [name, value] of Object.entries({ position: 'fixed', insetBlockStart: '0', insetBlockEnd: '60px', insetInline: '0' })) document.querySelector('.entry').style[name] = value })
	assert.notDeepEqual(await covered(who.page), [])
	await who.context.close()
})

test('what is looked for is noticed when it is there', async () => {
	const who = await person(browser, s.url, { width: 360, height: 740, cookie: s.cookie })
	await open(who.page, '/incidents')
	await who.page.evaluate(() => {
		const bad = document.createElement('div')
		bad.textContent = 'too wide'
		bad.style.inlineSize = '2000px'
		document.querySelector('main').append(bad)
		const script = document.createElement('link')
		script.rel = 'stylesheet'
		script.href = 'https://evil.example/x.css'
		document.head.append(script)
		console.error('planted')
	})
	assert.notDeepEqual(await wide(who.page), [])
	await until(() => who.troubles.some(text => /^policy: /.test(text)) && who.troubles.some(text => /planted/.test(text)), 'both are noticed')
	await who.context.close()
	const axed = await person(browser, s.url, { cookie: s.cookie, bypassCSP: true })
	await open(axed.page, '/incidents')
	await axed.page.evaluate(() => document.querySelector('main').append(document.createElement('img')))
	assert.ok((await axe(axed.page)).some(text => /^image-alt/.test(text)))
	await axed.context.close()
})
