// Pictures on their way to the server, one after the other, with how far each is.
import { Offline, Problem } from './api.ts'
import { lang } from './i18n.svelte.ts'

export interface Picture { document: number; sha256: string; type: string; width: number; height: number; size: number; name: string; link: string; path: string }
export const mostBytes = 10 << 20

function sendOne(document: string, file: Blob, name: string, progress: (part: number) => void, signal: AbortSignal): Promise<Picture> {
	return new Promise((done, fail) => {
		const request = new XMLHttpRequest() // fetch does not tell how far it is
		request.open('POST', `/api/v1/documents/${document}/images?name=${encodeURIComponent(name.slice(0, 200))}`)
		request.setRequestHeader('Accept', 'application/json')
		request.setRequestHeader('Accept-Language', lang())
		request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
		request.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total)
		request.onerror = () => fail(new Offline('the line broke'))
		request.ontimeout = request.onerror
		request.timeout = 120_000
		request.onload = () => {
			let body: Record<string, unknown> = {}
			try {
				body = JSON.parse(request.responseText) as Record<string, unknown>
			} catch {
				// Whatever stands between us and the server answers as it likes.
			}
			if (request.status >= 200 && request.status < 300 && body.link) done(body as unknown as Picture)
			else fail(new Problem(request.status, body.detail || body.title ? body : { detail: request.statusText || `HTTP ${request.status}` }))
		}
		signal.addEventListener('abort', () => (request.abort(), fail(new DOMException('', 'AbortError'))), { once: true })
		request.send(file)
	})
}

let line: Promise<unknown> = Promise.resolve()

export function send(document: string, file: Blob, name: string, progress: (part: number) => void, signal: AbortSignal): Promise<Picture> {
	const mine = line.then(() => {
		signal.throwIfAborted()
		return sendOne(document, file, name, progress, signal)
	})
	line = mine.catch(() => {})
	return mine
}
