// What a server of Yjs has of a document: clocks.mjs KIND PORT DOCUMENT prints {client: characters}, as the server itself says when it is asked for everything.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

const [kind, port, document] = process.argv.slice(2)
const hocuspocus = kind === 'hocuspocus'
const socket = new WebSocket(`ws://127.0.0.1:${port}/${document}`)
socket.binaryType = 'arraybuffer'
const send = write => {
	const e = encoding.createEncoder()
	if (hocuspocus) encoding.writeVarString(e, document)
	write(e)
	socket.send(encoding.toUint8Array(e))
}
const ask = () => send(e => { encoding.writeVarUint(e, 0); encoding.writeVarUint(e, 0); encoding.writeVarUint8Array(e, Y.encodeStateVector(new Y.Doc())) })
const doc = new Y.Doc()
const answer = setTimeout(() => { console.error('no answer'); process.exit(1) }, 20_000)

// y-websocket reads its file after it has taken the connection: what comes later belongs to it.
function told() {
	clearTimeout(answer)
	setTimeout(() => {
		console.log(JSON.stringify(Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc)))))
		process.exit(0)
	}, 500)
}

socket.onopen = () => { if (hocuspocus) send(e => { encoding.writeVarUint(e, 2); encoding.writeVarUint(e, 0); encoding.writeVarString(e, 'token') }); else ask() }
socket.onmessage = ({ data }) => {
	const d = decoding.createDecoder(new Uint8Array(data))
	if (hocuspocus) decoding.readVarString(d)
	const type = decoding.readVarUint(d)
	if (type === 2) return ask()
	if (type !== 0 || decoding.readVarUint(d) === 0) return
	Y.applyUpdate(doc, decoding.readVarUint8Array(d))
	told()
}
