/** The library of native kernels for the CPU: where it comes from, and matrix products with packed weights. */
package stipple.torch.kernels;
