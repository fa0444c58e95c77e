/** What all builders of data sets share: the folder, the shards, the counts, the credits and the card. */
package stipple.data.build;
