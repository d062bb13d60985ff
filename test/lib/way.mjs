// A line between a browser and the server that a test can cut: the browser sees what a laptop in a train sees, also what its workers ask for.
import net from 'node:net'

/** The way to the server, which can be cut, and may lead to another process afterwards. */
export class Way {
	sockets = new Set()
	up = true
	constructor(port) { this.port = port }
	async open() {
		this.listener = net.createServer(from => {
			if (!this.up) return from.destroy()
			const to = net.connect(this.port, '127.0.0.1')
			for (const [a, b] of [[from, to], [to, from]]) {
				this.sockets.add(a)
				a.on('error', () => b.destroy()).on('close', () => (this.sockets.delete(a), b.destroy()))
			}
			from.pipe(to).pipe(from)
		})
		await new Promise(done => this.listener.listen(0, '127.0.0.1', done))
		this.url = `http://127.0.0.1:${this.listener.address().port}`
		return this
	}
	cut() {
		this.up = false
		for (const socket of this.sockets) socket.destroy()
	}
	restore() { this.up = true }
	close() {
		this.cut()
		this.listener.close()
	}
}
