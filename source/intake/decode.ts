/** How many bytes are looked at for what no text has. */
const looked = 4096;

const decoded = (bytes: Buffer): string => {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
	if (bytes[0] === 0xfe && bytes[1] === 0xff) {
		// Whole units of two bytes alone can be swapped.
		return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
			.swap16()
			.toString('utf16le');
	}

	if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new Error('it is compressed: gunzip it first');
	if (bytes.subarray(0, looked).includes(0)) throw new Error('it is no text');
	const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
	return bytes.toString('utf8', hasMark ? 3 : 0);
};

/**
 * The text of a file in UTF-8 or, with its mark, UTF-16, as shells of Windows write it; lines end with one character.
 * Throws an Error on what is no text.
 */
export const textOf = (bytes: Buffer): string => {
	const text = decoded(bytes);
	return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
};
