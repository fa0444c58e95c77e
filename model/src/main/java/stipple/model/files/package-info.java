/** Reading and writing of plain files: strict JSON and all-or-nothing writes. */
package stipple.model.files;
