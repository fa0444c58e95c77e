/** The training loss of the joint text and image objective. */
package stipple.model.loss;
