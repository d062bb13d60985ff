// A wire to a server elsewhere that a test can cut: a TCP proxy on the loopback.
//
//   open    everything passes
//   hole    nothing passes, in either direction, and nobody is told; what was on its way is lost
//   deaf    what is asked passes, the answers are lost
//   closed  whoever calls is turned away
// After a hole nothing can go on: cut() ends what is connected.
import { connect, createServer } from 'node:net'

export class Wire {
	mode = 'open'
	pairs = new Set()

	static async to(port, host = '127.0.0.1') {
		const wire = new Wire()
		wire.server = createServer(near => wire.take(near, port, host))
		await new Promise(resolve => wire.server.listen(0, '127.0.0.1', resolve))
		wire.port = wire.server.address().port
		return wire
	}

	take(near, port, host) {
		if (this.mode === 'closed') return near.destroy()
		const far = connect(port, host), pair = [near, far]
		this.pairs.add(pair)
		const end = () => { this.pairs.delete(pair); near.destroy(); far.destroy() }
		for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end)
		near.on('data', bytes => { if (this.mode === 'open' || this.mode === 'deaf') far.write(bytes) })
		far.on('data', bytes => { if (this.mode === 'open') near.write(bytes) })
	}

	cut() { for (const [near, far] of this.pairs) { near.resetAndDestroy(); far.resetAndDestroy() } }

	close() {
		this.mode = 'closed'
		this.cut()
		this.server.close()
	}
}
