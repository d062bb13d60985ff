declare module 'virtual:locale/ko' {
	const texts: Record<string, string>
	export default texts
}
