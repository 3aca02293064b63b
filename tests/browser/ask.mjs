// Asks an endpoint with the npm client fetch-sparql-endpoint, and writes what it understood as one line of JSON.
import endpoints from "fetch-sparql-endpoint";

const [endpoint, kind, method, query] = process.argv.slice(2);
const client = new endpoints.SparqlEndpointFetcher({ method });

const all = async (stream) => {
  const found = [];
  for await (const each of stream) found.push(each);
  return found;
};

const asked = {
  select: async () => (await all(await client.fetchBindings(endpoint, query))).map((row) => Object.values(row).map((term) => term.value)),
  ask: () => client.fetchAsk(endpoint, query),
  construct: async () => (await all(await client.fetchTriples(endpoint, query))).map((each) => [each.subject.value, each.predicate.value, each.object.value]),
  update: () => client.fetchUpdate(endpoint, query),
};

try {
  console.log(JSON.stringify({ answer: await asked[kind]() }));
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
}
