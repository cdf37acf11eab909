/** Whether a word of the command line is meant as a target and not as a command. */
export const looksLikeTarget = (word: string): boolean =>
	/^[a-z][a-z0-9+.-]*:\/\//i.test(word) ||
	/^:\d+/.test(word) ||
	/^(localhost|[\w-]+(\.[\w-]+)+|\[[\da-f:]+\])(:\d+)?([/?]|$)/i.test(word) ||
	/^[\w-]+:\d+([/?]|$)/.test(word);
