/** LangChain4j's image model, drawn by a Stipple server. */
package stipple.langchain4j;
