using System.Net;
using System.Text;
using ApiLb.Discovery;
using ApiLb.Kubernetes;

namespace ApiLb.Fuzzing.Targets;

/// <summary>
/// Lists of EndpointSlices, Endpoints, Nodes and Services: JSON or a failure that says so; and whatever they name, only addresses that a member
/// may have come through, each once and not too many. One text is read as all of them.
/// </summary>
internal sealed class MemberListTarget : IFuzzTarget
{
    private static readonly KubernetesJsonContext Json = KubernetesJsonContext.Default;

    public string Name => "member-list";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            """{"kind":"EndpointSliceList","metadata":{"resourceVersion":"5","continue":"x"},"items":[{"metadata":{"name":"kubernetes","resourceVersion":"7","labels":{"a":"b"}},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.11","10.0.0.12"],"conditions":{"ready":true,"serving":true,"terminating":false},"zone":"a","targetRef":{"name":"pod-1"}},{"addresses":["10.0.0.13"],"topology":{"topology.kubernetes.io/zone":"b"}}],"ports":[{"name":"https","port":6443,"protocol":"TCP"}]}]}""",
            """{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"kubernetes"},"subsets":[{"addresses":[{"ip":"10.0.0.11","targetRef":{"name":"p"}},{"ip":"2001:db8::1"}],"notReadyAddresses":[{"ip":"10.0.0.14"}],"ports":[{"name":"https","port":6443}]}]}]}""",
            """{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"cp1","labels":{"topology.kubernetes.io/zone":"a"}},"status":{"addresses":[{"type":"Hostname","address":"cp1"},{"type":"InternalIP","address":"10.0.0.11"}],"conditions":[{"type":"Ready","status":"True"}]}}]}""",
            """{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"web"},"spec":{"ports":[{"name":"http","port":80,"nodePort":30080},{"port":443}]}}]}""",
            """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"endpoints is forbidden","reason":"Forbidden","code":403}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "[null]", "{}", "[]", "true", "false", "1.5", "1e400", "-0", "\\", "\\ud800", "\"\\ud800\"", "\0", "é", "\ud83d\ude00", "\u001b",
        "\"items\":", "\"addresses\":", "\"ports\":", "\"port\":", "\"conditions\":", "\"name\":", "\"127.0.0.1\"", "\"0.0.0.0\"", "\"::\"", "\"::ffff:10.0.0.1\"", "\"fe80::1%1\"", "\"169.254.1.1\"", "\"255.255.255.255\"",
        "\"010.1\"", "\"1\"", "\"10.0.0.1:1\"", "\"topology\":", "\"labels\":", "\"a\":1,\"a\":2,",
    ];

    public int Cost => 2;

    public void Try(byte[] input)
    {
        TryAs(input, Json.EndpointSlices, ControlPlaneViews.MembersOf);
        TryAs(input, Json.EndpointsList, ControlPlaneViews.MembersOf);
        TryAs(input, Json.Nodes, node => ControlPlaneViews.MembersOf(node, 6443));
        TryAs(input, Json.EndpointSlices, slice => ServiceViews.EndpointsOf(slice).Select(e => new Member(e.Name, e.Address)));
        TryAs(input, Json.EndpointsList, endpoints => ServiceViews.EndpointsOf(endpoints).Select(e => new Member(e.Name, e.Address)));
        TryAs(input, Json.Nodes, node => ServiceViews.NodesOf(node).Select(n => new Member(n.Name, new IPEndPoint(n.Address, 1))));
        TryAs(input, Json.Services, service => (service.Spec?.Ports ?? []).Where(p => p?.NodePort is > 0 and < 65536).Select(p => new Member(p!.Name ?? "", new IPEndPoint(0x0A00000A, p.NodePort!.Value))));
        CheckFailure(KubernetesFailure.OfStatus(HttpStatusCode.Forbidden, input), input);
    }

    private static void TryAs<T>(byte[] input, System.Text.Json.Serialization.Metadata.JsonTypeInfo<ResourceList<T>> type, Func<T, IEnumerable<Member>> membersOf)
        where T : class, IResource
    {
        if (!KubernetesClient.Read(input, type).TryGet(out var list, out var failure))
        {
            CheckFailure(failure, input);
            return;
        }

        var found = (list.Items ?? []).OfType<T>().SelectMany(membersOf).ToArray();
        var members = MemberFilter.Filter(found, own => own.Port == 6444, out var refused);
        FuzzFailedException.Unless(members.Count <= MemberFilter.MostMembers && refused.Count <= MemberFilter.MostMembers, $"{members.Count} members", input);
        FuzzFailedException.Unless(members.DistinctBy(m => m.Address).Count() == members.Count, "a member is there twice", input);
        foreach (var member in members)
        {
            var address = member.Address.Address;
            FuzzFailedException.Unless(
                member.Address.Port is > 0 and not 6444 && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.IsIPv6Multicast && !address.IsIPv4MappedToIPv6,
                $"{member.Address} became a member",
                input);
        }
    }

    private static void CheckFailure(KubernetesFailure failure, byte[] input) =>
        FuzzFailedException.Unless(
            failure.Detail.Length is > 0 and < 600 && !failure.Detail.Any(c => char.IsControl(c) || char.IsSurrogate(c)), $"fails with \"{failure.Detail}\"", input);
}
