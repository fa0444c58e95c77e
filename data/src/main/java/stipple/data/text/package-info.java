/** Text without pictures for the language model head: what things are called and what they are. */
package stipple.data.text;
