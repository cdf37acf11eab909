import {unzlibSync, zlibSync} from 'fflate';

/**
 * The zlib of the process, where there is one: of a kilobyte it makes a third of the work that one in JavaScript does,
 * which builds tables for 32 KiB first. An hour of a run is some ten thousand of them.
 */
const native = globalThis.process?.getBuiltinModule?.('node:zlib');

const level = 6;
/** Most histograms are no longer: zlib takes so much memory for each, whether it needs it or not. */
const chunkSize = 2048;
/** Fewer bytes are stored in the format as they are: packing would save little, and cost more than all that is done with them. */
const leastPacked = 512;

/** Bytes in the zlib format. */
export const deflate = (bytes: Uint8Array): Uint8Array => {
	if (bytes.length < leastPacked) return zlibSync(bytes, {level: 0});
	return native === undefined ? zlibSync(bytes, {level}) : native.deflateSync(bytes, {level, chunkSize});
};

/** Whether the first block is one of bytes as they are (RFC 1950, 2.2; RFC 1951, 3.2.3). */
const isStored = (bytes: Uint8Array): boolean => ((bytes[2] ?? 0) & 0b110) === 0;

/** Where bytes are unpacked in JavaScript, one after the other: a library left alone would take 390 KB for each. */
let room = new Uint8Array(0);

/**
 * What `deflate` was given, to be read before the next call. Throws on bytes that are not its, and on what would be longer
 * than `most`.
 */
export const inflate = (bytes: Uint8Array, most: number): Uint8Array => {
	if (native !== undefined && !isStored(bytes)) return native.inflateSync(bytes, {maxOutputLength: most, chunkSize});
	// One byte more than there may be shows that there are too many.
	if (room.length <= most) room = new Uint8Array(most + 1);
	const plain = unzlibSync(bytes, {out: room});
	if (plain.length > most) throw new RangeError(`More than ${most} bytes.`);
	return plain;
};
