// The SharedWorker that holds the browser's only live stream.
import { StreamHub, type FromHub, type ToHub } from './stream-hub.ts'

const ports = new Set<MessagePort>()
const hub = new StreamHub((m: FromHub) => {
	for (const port of ports) port.postMessage(m)
})

;(self as unknown as { onconnect: (e: MessageEvent) => void }).onconnect = (e) => {
	const port = e.ports[0] as MessagePort
	ports.add(port)
	port.onmessage = (m: MessageEvent<ToHub | { do: 'leave' }>) => {
		if (m.data.do === 'leave') ports.delete(port)
		else hub.hear(m.data)
	}
	port.start()
}
