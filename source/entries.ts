/**
 * The files that run as a process or a thread of their own. They lie beside this one, in the sources and in the bundle.
 */
export const entryUrl = (
	name: 'cli' | 'runner' | 'worker' | 'ticker' | 'demo' | 'launcher' | 'micro' | 'io-peer' | 'memory',
): URL => new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
