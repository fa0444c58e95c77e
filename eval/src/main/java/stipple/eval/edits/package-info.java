/** Whether edits obey their instruction and leave the rest as it was. */
package stipple.eval.edits;
