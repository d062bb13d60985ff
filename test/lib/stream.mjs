// The live stream as a browser hears it, without EventSource's own return.

/** Calls hear(name, data, id) for each event until the stream ends or close() is called. Resolves when the server has said hello. */
export async function listen(server, topics, hear, { since, ended = () => {} } = {}) {
	const abort = new AbortController()
	const query = `topics=${topics.map(encodeURIComponent).join(',')}${since === undefined ? '' : `&since=${since}`}`
	const reply = await server.fetch(`/api/v1/stream?${query}`, { headers: { authorization: `Bearer ${server.token}`, accept: 'text/event-stream' }, signal: abort.signal })
	if (!reply.ok) throw new Error(`GET /api/v1/stream: ${reply.status} ${await reply.text()}`)
	let open = true, greeted
	const hello = new Promise((resolve, reject) => { greeted = { resolve, reject } })
	const stream = { close: () => { open = false; abort.abort() } }
	const take = block => {
		let name = 'message', id, data = ''
		for (const line of block.split('\n')) {
			if (line.startsWith('event: ')) name = line.slice(7)
			else if (line.startsWith('id: ')) id = +line.slice(4)
			else if (line.startsWith('data: ')) data += line.slice(6)
		}
		if (!data || !open) return
		if (name === 'hello') greeted.resolve()
		else hear(name, JSON.parse(data), id)
	}
	const read = async () => {
		let rest = ''
		for await (const part of reply.body.pipeThrough(new TextDecoderStream())) {
			const blocks = (rest + part).split('\n\n')
			rest = blocks.pop()
			blocks.forEach(take)
		}
	}
	read().catch(() => {}).finally(() => { greeted.reject(new Error('the stream ended before its hello')); if (open) ended() })
	await hello
	return stream
}
