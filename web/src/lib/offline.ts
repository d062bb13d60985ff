// The worker that answers when the server does not. It is there from the first time that an editor is opened; then the shell and what the editor is made of can be had without a line.
import url from './offline-worker.ts?worker&url'
import stream from './stream-worker.ts?worker&url'
import { workerUrl } from './trusted.ts'

export async function beginOffline(): Promise<void> {
	if (!navigator.serviceWorker) return
	try {
		await navigator.serviceWorker.register(workerUrl(url), { scope: '/', updateViaCache: 'none' })
		const { active } = await navigator.serviceWorker.ready
		await import('./keep-open.ts') // what main.ts asks for without a line has been loaded, too
		const mine = performance.getEntriesByType('resource').map((e) => new URL(e.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith('/assets/'))
		active?.postMessage({ keep: [...mine.map((u) => u.pathname), new URL(stream, location.href).pathname] })
	} catch {
		// Private windows have none: then a page lasts as long as its tab.
	}
}
