using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Discovery;

/// <summary>The members of a pool: those of the file, which are never dropped, and those of all sources. Pure.</summary>
internal static class MemberUnion
{
    /// <param name="fromFile">The pool's <c>backends</c>.</param>
    /// <param name="resolved">The pool's members now: a name of the file may have the address that a source tells.</param>
    /// <param name="discovered">What is believed of the sources, one after the other.</param>
    public static IReadOnlyList<BackendOptions> Of(
        IReadOnlyList<BackendOptions> fromFile, IReadOnlyList<Backend> resolved, IEnumerable<Member> discovered)
    {
        var names = fromFile.Select(b => b.Name).ToHashSet(StringComparer.Ordinal);
        var taken = fromFile.Select(b => b.Address.TryGetEndPoint()).OfType<EndPoint>().ToHashSet();
        taken.UnionWith(resolved.Where(b => names.Contains(b.Name)).Select(b => b.EndPoint).OfType<EndPoint>());
        var all = fromFile.ToList();
        foreach (var member in discovered)
        {
            if (all.Count < MemberFilter.MostMembers && taken.Add(member.Address))
            {
                var address = new BackendAddress(member.Address.Address.ToString(), member.Address.Port);
                var name = Name.Parse(member.Name).TryGet(out var given, out _) && names.Add(given) ? given : address.ToString();
                all.Add(new BackendOptions { Name = name, Address = address, IsBackup = member.IsBackup });
            }
        }

        return all;
    }
}
