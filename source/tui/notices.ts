/** What the user is to be told at the beginning, in one row: how many there are, where all can be read, and the first. */
export const noticesLine = (notices: readonly string[], where: string): string | undefined => {
	const [first] = notices;
	if (first === undefined) return undefined;
	return notices.length === 1
		? `notice (whole in ${where}): ${first}`
		: `${notices.length} notices (all in ${where}): ${first}`;
};
