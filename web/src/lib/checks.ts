// What a field of a form has to find out before the form may be sent.
import { getContext, onDestroy, setContext } from 'svelte'

/** Whether it may be sent; the field itself shows why not. */
type Check = () => Promise<boolean>
const KEY = 'checks'

export const checks = (): Set<Check> => setContext(KEY, new Set<Check>())

/** Outside of a form nobody asks. */
export function checked(check: Check): void {
	const all = getContext<Set<Check> | undefined>(KEY)
	all?.add(check)
	onDestroy(() => all?.delete(check))
}
