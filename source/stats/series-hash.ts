/** A seed from numbers [from … to − 1], FNV-1a over their bits: the same data give the same resamples. */
export const hashOfSeries = (values: ArrayLike<number>, from = 0, to = values.length): number => {
	const bits = new DataView(new ArrayBuffer(8));
	let hash = 0x811c9dc5;
	for (let index = from; index < to; index++) {
		bits.setFloat64(0, values[index]!);
		for (let byte = 0; byte < 8; byte++) hash = Math.imul(hash ^ bits.getUint8(byte), 0x01000193);
	}

	return hash >>> 0;
};
