namespace ApiLb.Kubernetes;

/// <summary>The queries that ApiLb has, newest first. Those of the daemon ask for no more than <c>configs/rbac.yaml</c> allows.</summary>
internal static class ResourceQueries
{
    // RBAC lets list and watch be limited to one name only when the request selects that name:
    // https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
    private const string OnlyKubernetes = "fieldSelector=metadata.name%3Dkubernetes";

    private static readonly KubernetesJsonContext Json = KubernetesJsonContext.Default;

    /// <summary>Since 1.21.</summary>
    public static ResourceQuery<EndpointSlice> EndpointSlices { get; } = Slices("v1", "default", OnlyKubernetes);

    /// <summary>1.17 to 1.24.</summary>
    public static ResourceQuery<EndpointSlice> EndpointSlicesBeta { get; } = Slices("v1beta1", "default", OnlyKubernetes);

    /// <summary>Always; deprecated since 1.33.</summary>
    public static ResourceQuery<Endpoints> Endpoints { get; } =
        new("/api/v1/namespaces/default/endpoints", OnlyKubernetes, Json.EndpointsList, Json.Endpoints);

    /// <summary>Control-plane nodes since 1.20.</summary>
    public static ResourceQuery<Node> ControlPlaneNodes { get; } = Nodes("control-plane");

    /// <summary>Control-plane nodes until 1.23.</summary>
    public static ResourceQuery<Node> MasterNodes { get; } = Nodes("master");

    /// <summary>All slices of a Service, whatever they are called.</summary>
    /// <param name="version">Of <c>discovery.k8s.io</c>.</param>
    /// <param name="space">The Service's namespace.</param>
    /// <param name="service">Its name.</param>
    public static ResourceQuery<EndpointSlice> SlicesOf(string version, string space, string service) =>
        Slices(version, space, $"labelSelector=kubernetes.io%2Fservice-name%3D{service}");

    public static ResourceQuery<Endpoints> EndpointsNamed(string space, string name) =>
        new($"/api/v1/namespaces/{space}/endpoints", Named(name), Json.EndpointsList, Json.Endpoints);

    public static ResourceQuery<Service> ServicesNamed(string space, string name) =>
        new($"/api/v1/namespaces/{space}/services", Named(name), Json.Services, Json.Service);

    /// <param name="selector">As kubectl takes it; empty: all nodes.</param>
    public static ResourceQuery<Node> NodesWith(string selector) =>
        new("/api/v1/nodes", $"labelSelector={Uri.EscapeDataString(selector)}", Json.Nodes, Json.Node);

    /// <summary>One ConfigMap that may come; not among the daemon's own rights.</summary>
    public static ResourceQuery<ConfigMap> ConfigMapsNamed(string space, string name) =>
        new($"/api/v1/namespaces/{space}/configmaps", Named(name), Json.ConfigMaps, Json.ConfigMap);

    private static string Named(string name) => $"fieldSelector=metadata.name%3D{name}";

    private static ResourceQuery<EndpointSlice> Slices(string version, string space, string selector) =>
        new($"/apis/discovery.k8s.io/{version}/namespaces/{space}/endpointslices", selector, Json.EndpointSlices, Json.EndpointSlice);

    private static ResourceQuery<Node> Nodes(string role) => NodesWith($"node-role.kubernetes.io/{role}");
}
