// How many notices are new: for the bell on every page. One read, then the live stream.
import { session } from '../app/session.svelte.ts'
import { Resource } from './resource.svelte.ts'

class Inbox {
	count = $state.raw<Resource<{ n: number }> | undefined>()

	follow(): void {
		if (session.account) this.count ??= new Resource<{ n: number }>({ path: '/notices/count', topics: [`person:${session.account.id}`], concerns: (e) => e.noun === 'notice' })
	}
	get n(): number {
		return this.count?.value?.n ?? 0
	}
}

export const inbox = new Inbox()
