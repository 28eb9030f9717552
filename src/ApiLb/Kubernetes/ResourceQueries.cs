namespace ApiLb.Kubernetes;

/// <summary>The queries that ApiLb has, newest first. Those of the daemon ask for no more than <c>configs/rbac.yaml</c> allows.</summary>
internal static class ResourceQueries
{
    // RBAC lets list and watch be limited to one name only when the request selects that name:
    // https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
    private const string OnlyKubernetes = "fieldSelector=metadata.name%3Dkubernetes";

    private static readonly KubernetesJsonContext Json = KubernetesJsonContext.Default;

    /// <summary>Since 1.21.</summary>
    public static ResourceQuery<EndpointSlice> EndpointSlices { get; } = Slices("v1");

    /// <summary>1.17 to 1.24.</summary>
    public static ResourceQuery<EndpointSlice> EndpointSlicesBeta { get; } = Slices("v1beta1");

    /// <summary>Always; deprecated since 1.33.</summary>
    public static ResourceQuery<Endpoints> Endpoints { get; } =
        new("/api/v1/namespaces/default/endpoints", OnlyKubernetes, Json.EndpointsList, Json.Endpoints);

    /// <summary>Control-plane nodes since 1.20.</summary>
    public static ResourceQuery<Node> ControlPlaneNodes { get; } = Nodes("control-plane");

    /// <summary>Control-plane nodes until 1.23.</summary>
    public static ResourceQuery<Node> MasterNodes { get; } = Nodes("master");

    /// <summary>One ConfigMap that may come; not among the daemon's own rights.</summary>
    public static ResourceQuery<ConfigMap> ConfigMapsNamed(string space, string name) =>
        new($"/api/v1/namespaces/{space}/configmaps", $"fieldSelector=metadata.name%3D{name}", Json.ConfigMaps, Json.ConfigMap);

    private static ResourceQuery<EndpointSlice> Slices(string version) =>
        new($"/apis/discovery.k8s.io/{version}/namespaces/default/endpointslices", OnlyKubernetes, Json.EndpointSlices, Json.EndpointSlice);

    private static ResourceQuery<Node> Nodes(string role) =>
        new("/api/v1/nodes", $"labelSelector=node-role.kubernetes.io%2F{role}", Json.Nodes, Json.Node);
}
