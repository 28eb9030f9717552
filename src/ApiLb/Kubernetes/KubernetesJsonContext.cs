using System.Text.Json.Serialization;

namespace ApiLb.Kubernetes;

/// <summary>The objects of the API without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 64, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(WatchMessage))]
[JsonSerializable(typeof(AppliedObject))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenSecret))]
[JsonSerializable(typeof(Node), TypeInfoPropertyName = "Node")]
[JsonSerializable(typeof(ConfigMap), TypeInfoPropertyName = "ConfigMap")]
[JsonSerializable(typeof(ResourceList<ConfigMap>), TypeInfoPropertyName = "ConfigMaps")]
[JsonSerializable(typeof(ResourceList<ConfigMap>.ListMetadata), TypeInfoPropertyName = "ConfigMapsMetadata")]
[JsonSerializable(typeof(ResourceList<EndpointSlice>), TypeInfoPropertyName = "EndpointSlices")]
[JsonSerializable(typeof(ResourceList<Endpoints>), TypeInfoPropertyName = "EndpointsList")]
[JsonSerializable(typeof(ResourceList<Node>), TypeInfoPropertyName = "Nodes")]
[JsonSerializable(typeof(ResourceList<Service>), TypeInfoPropertyName = "Services")]
[JsonSerializable(typeof(Endpoints.Address), TypeInfoPropertyName = "EndpointsAddress")]
[JsonSerializable(typeof(Node.Address), TypeInfoPropertyName = "NodeAddress")]
[JsonSerializable(typeof(ResourceList<EndpointSlice>.ListMetadata), TypeInfoPropertyName = "EndpointSlicesMetadata")]
[JsonSerializable(typeof(ResourceList<Endpoints>.ListMetadata), TypeInfoPropertyName = "EndpointsMetadata")]
[JsonSerializable(typeof(ResourceList<Node>.ListMetadata), TypeInfoPropertyName = "NodesMetadata")]
[JsonSerializable(typeof(ResourceList<Service>.ListMetadata), TypeInfoPropertyName = "ServicesMetadata")]
[JsonSerializable(typeof(IReadOnlyList<Endpoints.Address>), TypeInfoPropertyName = "EndpointsAddresses")]
[JsonSerializable(typeof(IReadOnlyList<Node.Address>), TypeInfoPropertyName = "NodeAddresses")]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;
