using System.Net;

namespace ApiLb.Import.HaProxy;

/// <summary>The ACLs of one proxy, and the conditions made of them (HAProxy's manual, section 7.2).</summary>
internal sealed class HaProxyAcls
{
    private readonly Dictionary<string, List<Criterion>> _named = new(StringComparer.Ordinal)
    {
        ["TRUE"] = [Criterion.Always],
        ["LOCALHOST"] = [new Criterion { Sources = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")] }],
    };

    /// <summary><c>acl NAME FETCH [FLAGS] VALUES</c>; a second line of the same name is another way to fulfil it.</summary>
    public void Define(Statement acl)
    {
        if (!_named.TryGetValue(acl.At(1), out var criteria))
        {
            _named[acl.At(1)] = criteria = [];
        }

        criteria.Add(CriterionReader.Read([.. acl.Words.Skip(2)]));
    }

    /// <summary>The condition at the end of a rule: any of the lists, each of whose terms must hold. One empty list: always.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="from">The place of <c>if</c> or <c>unless</c>, if there is one.</param>
    public Condition Read(Statement rule, int from)
    {
        if (rule.At(from) is not ("if" or "unless"))
        {
            return rule.Words.Count <= from ? Condition.Always : Condition.Failed("its parameters are none of ApiLb's");
        }

        List<List<Term>> alternatives = [[]];
        var isNegated = false;
        for (var i = from + 1; i < rule.Words.Count; i++)
        {
            var word = rule.At(i);
            if (word is "or" or "||")
            {
                alternatives.Add([]);
                continue;
            }

            isNegated ^= word.StartsWith('!');
            word = word.TrimStart('!');
            if (word.Length == 0)
            {
                continue;
            }

            alternatives[^1].Add(new Term(isNegated, word == "{" ? ReadInline(rule, ref i) : Find(word)));
            isNegated = false;
        }

        return Condition.Of(alternatives, isUnless: rule.At(from) == "unless");
    }

    private static List<Criterion> ReadInline(Statement rule, ref int at)
    {
        List<string> words = [];
        for (at++; at < rule.Words.Count && rule.At(at) != "}"; at++)
        {
            words.Add(rule.At(at));
        }

        return [CriterionReader.Read(words)];
    }

    private List<Criterion> Find(string name) => _named.GetValueOrDefault(name) ?? [new Criterion { Problem = $"there is no acl {name} that ApiLb could use" }];
}
