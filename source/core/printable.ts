/**
 * Text from outside (a target's reply, an error message, a file) made harmless: control characters, which could move
 * the cursor or change the title, become visible pictures (␛), as do the bidirectional overrides.
 */
export const printable = (text: string): string =>
	text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
		const code = character.charCodeAt(0);
		if (code < 0x20) return String.fromCharCode(0x2400 + code);
		return code === 0x7f ? '␡' : `\\u${code.toString(16).padStart(4, '0')}`;
	});
