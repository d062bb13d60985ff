// A mail server of the test's own, and Python's reader for what it was given.
import { SMTPServer } from 'smtp-server'
import { run } from './tool.mjs'

/** Takes letters on a loopback port, or answers as `mood` says: 'ok', a number such as 451 or 550, or a function of the receiver's address. .letters: {to, from, user, secure, bytes}. */
export class Mailbox {
	letters = []
	mood = 'ok'
	asked = 0

	constructor(options = {}) { this.options = { authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false, ...options } }

	async open(port = 0) {
		this.server = new SMTPServer({
			...this.options,
			onAuth: (auth, _, done) => {
				this.logins = [...this.logins ?? [], auth.username]
				done(auth.username === this.options.user && auth.password === this.options.password ? null : new Error('no'), { user: auth.username })
			},
			onRcptTo: (address, _, done) => {
				this.asked++
				const mood = typeof this.mood === 'function' ? this.mood(address.address) : this.mood
				done(mood === 'ok' ? undefined : Object.assign(new Error('the test says no'), { responseCode: mood }))
			},
			onData: (stream, session, done) => {
				const parts = []
				stream.on('data', part => parts.push(part))
				stream.on('end', () => {
					this.letters.push({ to: session.envelope.rcptTo.map(x => x.address), from: session.envelope.mailFrom.address, user: session.user, secure: session.secure, bytes: Buffer.concat(parts) })
					done()
				})
			},
		})
		this.server.on('error', () => {}) // a client that was killed
		await new Promise((resolve, reject) => { this.server.server.once('error', reject); this.server.listen(port, '127.0.0.1', resolve) })
		this.port = this.server.server.address().port
		return this
	}

	close() { return new Promise(resolve => this.server.close(resolve)) }

	/** Every letter as Python's email package reads it. */
	async read() {
		if (!this.letters.length) return []
		const input = JSON.stringify(this.letters.map(x => x.bytes.toString('base64')))
		const { code, out } = await run('python3', ['test/read_mail.py'], { input })
		if (code !== 0) throw new Error(out)
		return JSON.parse(out)
	}
}
