namespace ApiLb.Demo.StandIns;

/// <summary>The fixed documents from which a client learns what this API has.</summary>
internal static class DiscoveryText
{
    public const string Version =
        """
        {"major":"1","minor":"32","gitVersion":"v1.32.4","gitCommit":"apilb-demo","gitTreeState":"clean","buildDate":"2025-04-22T00:00:00Z","goVersion":"none: this is the apilb demo","compiler":"roslyn","platform":"linux/amd64"}
        """;

    public const string Groups = """{"kind":"APIGroupList","apiVersion":"v1","groups":[]}""";

    public const string CoreResources =
        """
        {"kind":"APIResourceList","groupVersion":"v1","resources":[
        {"name":"namespaces","singularName":"namespace","namespaced":false,"kind":"Namespace","shortNames":["ns"],"verbs":["get","list","watch"]},
        {"name":"nodes","singularName":"node","namespaced":false,"kind":"Node","shortNames":["no"],"verbs":["get","list","watch"]},
        {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","shortNames":["po"],"verbs":["get","list","watch"]},
        {"name":"services","singularName":"service","namespaced":true,"kind":"Service","shortNames":["svc"],"verbs":["get","list","watch"]}]}
        """;

    /// <summary>The versions of the core API; <paramref name="server"/> is where the client reached us.</summary>
    public static string CoreVersions(string server) =>
        $$"""
        {"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"{{server}}"}]}
        """;

    /// <summary>What an apiserver says instead of a document.</summary>
    public static string Status(int code, string reason, string message) =>
        $$"""
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}
        """;

    /// <summary>A list of which this cluster has nothing.</summary>
    public static string EmptyList(string kind) => $$"""{"kind":"{{kind}}List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}""";
}
