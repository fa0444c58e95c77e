/**
 * Words in pictures: short texts drawn in openly licensed fonts, with captions that spell them.
 * {@link stipple.data.words.Lettering} is what is drawn, {@link stipple.data.words.WordSplit} decides which words training
 * may see, {@link stipple.data.words.Typeface} which fonts.
 */
package stipple.data.words;
