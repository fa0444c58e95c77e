/** From a folder on disk to a model in memory. */
package stipple.model.load;
