namespace ApiLb.Import.HaProxy;

/// <summary>Gives each proxy what its <c>defaults</c> section says (HAProxy's manual, section 4).</summary>
internal static class HaProxyDefaults
{
    /// <returns>All frontends, backends and listens, in the order of the file.</returns>
    public static IReadOnlyList<HaProxyProxy> Apply(IReadOnlyList<HaProxySection> sections, ImportNotes notes)
    {
        var named = new Dictionary<string, IReadOnlyList<Statement>>(StringComparer.Ordinal);
        IReadOnlyList<Statement> last = [];
        List<HaProxyProxy> proxies = [];
        foreach (var section in sections.Where(s => s.Kind != "global"))
        {
            var inherited = section.From.Length == 0 ? last : Find(section);
            if (section.Kind == "defaults")
            {
                last = HaProxyProxy.Merge(section.From.Length == 0 ? [] : inherited, section.Statements);
                named[section.Name] = last;
            }
            else
            {
                proxies.Add(new HaProxyProxy(section, inherited));
            }
        }

        return proxies;

        IReadOnlyList<Statement> Find(HaProxySection section)
        {
            if (named.TryGetValue(section.From, out var found))
            {
                return found;
            }

            notes.LeftOut(section.Head, $"there is no defaults section {ApiLb.Configuration.Values.Quoted.Shorten(section.From)} above");
            return [];
        }
    }
}
