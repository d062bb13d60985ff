// The one thing that may lie over the whole page.
type Name = '' | 'palette' | 'help' | 'declare' | 'signin'

class Overlay {
	name = $state<Name>('')
	open = (name: Name): void => void (this.name = name)
	close = (): void => void (this.name = '')
}

export const overlay = new Overlay()
