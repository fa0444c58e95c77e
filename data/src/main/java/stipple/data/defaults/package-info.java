/** The data of the default model, all sets by one command. */
package stipple.data.defaults;
