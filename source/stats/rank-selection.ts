/**
 * Puts the value of a rank, from 0, where it would be if all were in order, lesser ones before it and greater ones behind,
 * and returns it: in time that grows with the number of values, where sorting takes longer (Hoare, Find, CACM 4, 1961).
 * Values are numbers, none of them NaN; the rank is one of theirs.
 */
export const putInPlace = (values: Float64Array, rank: number): number => {
	let [from, to] = [0, values.length - 1];
	while (from < to) {
		// The middle of three spares the worst of what is in order already.
		const [a, b, c] = [values[from]!, values[(from + to) >> 1]!, values[to]!];
		const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
		let [low, high] = [from, to];
		while (low <= high) {
			while (values[low]! < pivot) low += 1;
			while (values[high]! > pivot) high -= 1;
			if (low > high) break;
			const moved = values[low]!;
			values[low] = values[high]!;
			values[high] = moved;
			low += 1;
			high -= 1;
		}

		if (rank <= high) to = high;
		else if (rank >= low) from = low;
		else break;
	}

	return values[rank]!;
};
