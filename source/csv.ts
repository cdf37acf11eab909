/** Tables of text with commas, as RFC 4180 has them: the one door to the library that reads them. */
export {parse as parseCsv} from 'csv-parse/sync';
