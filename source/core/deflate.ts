import {unzlibSync, zlibSync} from 'fflate';

const findZlib = () => globalThis.process?.getBuiltinModule?.('node:zlib');

let found: {readonly zlib: ReturnType<typeof findZlib>} | undefined;

/**
 * The zlib of the process, where there is one: of a kilobyte it makes a third of the work that one in JavaScript does,
 * which builds tables for 32 KiB first, and an hour of a run is some ten thousand of them. Looked for when it is first
 * needed: no start waits for it.
 */
const zlib = () => {
	found ??= {zlib: findZlib()};
	return found.zlib;
};

const level = 6;
/** Most histograms are no longer: zlib takes so much memory for each, whether it needs it or not. */
const chunkSize = 2048;
/** Fewer bytes are stored in the format as they are: packing would save little, and cost more than all that is done with them. */
const leastPacked = 512;

/** Bytes in the zlib format. */
export const deflate = (bytes: Uint8Array): Uint8Array =>
	bytes.length < leastPacked
		? zlibSync(bytes, {level: 0})
		: (zlib()?.deflateSync(bytes, {level, chunkSize}) ?? zlibSync(bytes, {level}));

/** Whether the first block is one of bytes as they are (RFC 1950, 2.2; RFC 1951, 3.2.3). */
const isStored = (bytes: Uint8Array): boolean => ((bytes[2] ?? 0) & 0b110) === 0;

/** Where bytes are unpacked in JavaScript, one after the other: a library left alone would take 390 KB for each. */
let room = new Uint8Array(0);

/**
 * What `deflate` was given, to be read before the next call. Throws on bytes that are not its, and on what would be longer
 * than `most`.
 */
export const inflate = (bytes: Uint8Array, most: number): Uint8Array => {
	const plain = isStored(bytes) ? undefined : zlib()?.inflateSync(bytes, {maxOutputLength: most, chunkSize});
	if (plain !== undefined) return plain;
	// One byte more than there may be shows that there are too many.
	if (room.length <= most) room = new Uint8Array(most + 1);
	const unpacked = unzlibSync(bytes, {out: room});
	if (unpacked.length > most) throw new RangeError(`More than ${most} bytes.`);
	return unpacked;
};
