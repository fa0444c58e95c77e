/** From accepted jobs to finished pictures: who draws what when, and who hears of it. */
package stipple.server.jobs;
