/** Models for tests of whatever draws with one. */
package stipple.testing;
