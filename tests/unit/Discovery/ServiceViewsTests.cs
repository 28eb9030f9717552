using System.Text.Json;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.Kubernetes;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

/// <summary>Who of a Service's endpoints, or of a cluster's nodes, becomes a member.</summary>
public sealed class ServiceViewsTests
{
    private const string Web = """[{"name":"http","port":8080},{"name":"https","port":8443}]""";
    private const string Only = """[{"name":"","port":8080}]""";

    private static readonly Service.Port[] Ports = [new("http", 80, 30080), new("https", 443, 30443), new("internal", 9000, null)];

    [Theory]
    [InlineData("null", "10.0.0.1:8080")]
    [InlineData("{}", "10.0.0.1:8080")]
    [InlineData("""{"ready":null}""", "10.0.0.1:8080")]
    [InlineData("""{"ready":true,"serving":true,"terminating":false}""", "10.0.0.1:8080")]
    [InlineData("""{"ready":false}""", "")]
    [InlineData("""{"ready":false,"serving":false,"terminating":true}""", "")]
    [InlineData("""{"ready":false,"serving":true,"terminating":false}""", "")]
    [InlineData("""{"ready":false,"serving":true,"terminating":true}""", "10.0.0.1:8080")]
    public void Conditions_DecideWhoIsAMember(string conditions, string expected) =>
        Assert.Equal(expected, Told(new(), Slice($$"""{"addresses":["10.0.0.1"],"conditions":{{conditions}}}""", Only)));

    [Fact]
    public void WhoIsEnding_IsAMemberOnlyWhileNobodyIsReady() => Assert.Equal(
        "10.0.0.2:8080",
        Told(new(), Slice("""{"addresses":["10.0.0.1"],"conditions":{"ready":false,"serving":true,"terminating":true}},{"addresses":["10.0.0.2"]}""", Only)));

    [Theory]
    [InlineData("http", "10.0.0.1:8080")]
    [InlineData("https", "10.0.0.1:8443")]
    [InlineData("metrics", "Configuration: service web/shop has no port metrics, but http, https")]
    [InlineData(null, "Configuration: service web/shop has several ports; write one of them as servicePort: http, https")]
    public void PortName_ChoosesThePort(string? port, string expected) =>
        Assert.Equal(expected, Told(new() { ServicePort = port }, Slice("""{"addresses":["10.0.0.1"]}""", Web)));

    [Theory]
    [InlineData("443", "10.0.0.1:8443")]
    [InlineData("8443", "Configuration: service web/shop has no port 8443, but http, https, internal")]
    public void PortNumber_IsTheServicesOwn(string port, string expected) => Assert.Equal(
        expected, Told(Choice(new() { ServicePort = port }).OfEndpoints(Ports, [.. ServiceViews.EndpointsOf(Slice("""{"addresses":["10.0.0.1"]}""", Web))])));

    [Fact]
    public void ServiceThatIsNotThere_NamesNobody() => Assert.Equal("", Told(Choice(new() { ServicePort = "443" }).OfEndpoints([], [])));

    [Fact]
    public void DualStack_CountsEachPodOnce()
    {
        var found = ServiceViews.EndpointsOf(Slice("""{"addresses":["2001:db8::1"]}""", Only)).Concat(ServiceViews.EndpointsOf(Slice("""{"addresses":["10.0.0.1"]}""", Only)));

        Assert.Equal("10.0.0.1:8080", Told(Choice(new()).OfEndpoints([.. found])));
    }

    [Theory]
    [InlineData("""{"addresses":["10.0.0.1"],"zone":"a","targetRef":{"name":"shop-1"}}""", "shop-1=10.0.0.1:8080")]
    [InlineData("""{"addresses":["10.0.0.1"],"topology":{"topology.kubernetes.io/zone":"a"}}""", "10.0.0.1:8080")]
    [InlineData("""{"addresses":["10.0.0.1"],"zone":"b"}""", "10.0.0.1:8080 backup")]
    [InlineData("""{"addresses":["10.0.0.1"]}""", "10.0.0.1:8080 backup")]
    public void OtherZones_AreBackups(string endpoint, string expected) => Assert.Equal(expected, Told(new() { Zone = "a" }, Slice(endpoint, Only)));

    [Theory]
    [InlineData("""{"addresses":["pod.example.com"]},null,{"addresses":null},{"addresses":[null]}""", Only)]
    [InlineData("""{"addresses":["10.0.0.1"]}""", "null")]
    [InlineData("""{"addresses":["10.0.0.1"]}""", """[null,{"port":0},{"port":70000},{}]""")]
    public void WhatCannotBeUnderstood_NamesNobody(string endpoints, string ports) => Assert.Equal("", Told(new(), Slice(endpoints, ports)));

    [Fact]
    public void Endpoints_NameTheirReadyAddresses() => Assert.Equal(
        "shop-1=10.0.0.1:8080",
        Told(Choice(new()).OfEndpoints([.. ServiceViews.EndpointsOf(Read(
            """{"subsets":[null,{"addresses":[null,{"ip":"10.0.0.1","targetRef":{"name":"shop-1"}}],"notReadyAddresses":[{"ip":"10.0.0.2"}],"ports":[{"port":8080}]}]}""",
            KubernetesJsonContext.Default.Endpoints))])));

    [Theory]
    [InlineData("True", "a", "w1=10.0.0.1:30080")]
    [InlineData("True", "b", "w1=10.0.0.1:30080 backup")]
    [InlineData("False", "a", "")]
    [InlineData("Unknown", "a", "")]
    public void Node_IsAMemberWhileItsKubeletSaysSo(string ready, string zone, string expected)
    {
        var node = Read(
            $$$"""
            {"metadata":{"name":"w1","labels":{"topology.kubernetes.io/zone":"{{{zone}}}"}},"status":{
              "addresses":[null,{"type":"Hostname","address":"w1"},{"type":"InternalIP","address":"10.0.0.1"},{"type":"InternalIP","address":"2001:db8::1"}],
              "conditions":[null,{"type":"DiskPressure","status":"True"},{"type":"Ready","status":"{{{ready}}}"}]}}
            """,
            KubernetesJsonContext.Default.Node);

        Assert.Equal(expected, Told(Choice(new() { Zone = "a", NodePort = 30080 }).OfNodes([.. ServiceViews.NodesOf(node)], 30080)));
    }

    [Theory]
    [InlineData("https", "w1=10.0.0.1:30443")]
    [InlineData("80", "w1=10.0.0.1:30080")]
    [InlineData("internal", "Configuration: port internal of service web/shop has no nodePort: the Service is not of type NodePort or LoadBalancer")]
    [InlineData(null, "Configuration: service web/shop has several ports; write one of them as servicePort: http, https, internal")]
    public void NodePort_IsTheServices(string? port, string expected) => Assert.Equal(
        expected, Told(Choice(new() { ServicePort = port }).OfNodes(Ports, [new("w1", System.Net.IPAddress.Parse("10.0.0.1"), null, IsReady: true)])));

    private static ServiceMembers Choice(KubernetesDiscoveryOptions options) => new(options with { Service = "web/shop" });

    private static EndpointSlice Slice(string endpoints, string ports) =>
        Read($$"""{"endpoints":[{{endpoints}}],"ports":{{ports}}}""", KubernetesJsonContext.Default.EndpointSlice);

    private static T Read<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;

    private static string Told(KubernetesDiscoveryOptions options, EndpointSlice slice) => Told(Choice(options).OfEndpoints([.. ServiceViews.EndpointsOf(slice)]));

    private static string Told(KubernetesAnswer<IReadOnlyList<Member>> answer) => answer.TryGet(out var members, out var failure)
        ? string.Join(' ', members.Select(m => (m.Name.Length == 0 ? "" : m.Name + "=") + m.Address + (m.IsBackup ? " backup" : "")))
        : $"{failure.Kind}: {failure.Detail}";
}
