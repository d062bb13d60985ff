// The server behind a live document's text, for Collab.
import { get, hooks, post, Problem } from './api.ts'
import type { Pulled, Pushed, Server } from './collab.ts'
import type { Doc } from './types.ts'

/** user: who typed; somebody else signed in here meanwhile does not send it. */
export function updatesOf(document: number, user: number): Server {
	const path = `/documents/${document}`
	return {
		push: (body, last = false) =>
			post<Pushed>(`${path}/updates`, { ...body, person: user }, { retries: 0, keepalive: last }).catch((e) => {
				if (e instanceof Problem && e.code === 'collab.other_person') hooks.unauthorised()
				throw e
			}),
		async pull(since, each) {
			if (since >= 0) return (await get<Pulled>(`${path}/updates?since=${since}${each ? '&each=true' : ''}`, { retries: 0 })).data
			const d = (await get<Doc>(path)).data
			return { version: d.text_version, text: d.text, reset: true }
		},
	}
}
