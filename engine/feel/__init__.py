"""FEEL, the expression language of DMN, and the decision tables written in it. Evaluated by feelin inside V8."""
