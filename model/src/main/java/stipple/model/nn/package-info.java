/** Building blocks: parameter tables and the layers that the networks are composed of. */
package stipple.model.nn;
